home = Home
problem-too-long = At most { $max } characters
