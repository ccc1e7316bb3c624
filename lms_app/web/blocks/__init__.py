"""Where blocks meet the browser: their handlers, their files, and the frames for other people's JavaScript."""
