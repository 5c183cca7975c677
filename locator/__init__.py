"""Find where people in the Twin Cities are evaluated and treated with DRG stimulation."""
