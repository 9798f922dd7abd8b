"""The Worldwide Governance Indicators: unobserved components."""
