"""The command ``kim explore``: its arguments, its options as values, the processes it uses, and what it shows."""
