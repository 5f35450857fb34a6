"""why-403: a question, where it is looked at Google, and the answer with what can be had by a press."""
