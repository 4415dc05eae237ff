"""How an answer is made with a chat model: a file is a way of asking it."""
