"""The command ``kim``: arguments, what each subcommand does, and what it prints or writes as JSON."""
