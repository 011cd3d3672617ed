"""What `healther doctor` looks at, a file a subject. Nothing here changes anything, and no finding holds a secret."""
