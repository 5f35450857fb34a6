"""What an approved fix does at Google: every act may run twice, and reaches the same state."""
