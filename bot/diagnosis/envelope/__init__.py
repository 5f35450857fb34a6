"""Read the error out of whatever was pasted: JSON, reprs, gRPC text, terminals, HTML, plain sentences."""
