"""What learners do about themselves: hide from the board, see all that is held about them, and be erased."""
