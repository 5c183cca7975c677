"""What tests, benchmarks and trials share: servers, visitors, samples."""
