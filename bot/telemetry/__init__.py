"""Watch the service at work: numbers for Prometheus, traces for OpenTelemetry; both off until asked for."""
