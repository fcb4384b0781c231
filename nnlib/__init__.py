"""The computations behind the book Neural Networks and Blockchain."""
