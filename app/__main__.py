"""`python -m app` is `neuronpark`."""

from app.cli import main

if __name__ == "__main__":
    main()
