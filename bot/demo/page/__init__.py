"""The web pages of the double: a pull request as one would see it on GitHub."""
