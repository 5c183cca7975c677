"""What the app costs in time and memory, beside the usual ways; `python -m benchmarks` measures all of it."""
