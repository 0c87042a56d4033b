"""The app in a browser: a server on loopback that only who was given its URL can use."""
