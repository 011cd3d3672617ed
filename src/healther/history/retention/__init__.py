"""How long a workspace keeps what, and forgetting the rest without a figure that was published changing (D5)."""
