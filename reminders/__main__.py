"""`python -m reminders` is the `reminders` command."""

from reminders.cli import main

if __name__ == "__main__":
    main()
