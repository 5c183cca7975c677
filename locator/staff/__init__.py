"""What keeps the directory true: who may change it, what a change does, and the way back."""
