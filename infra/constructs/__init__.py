"""The one way to make each kind of resource, with its limits and safeguards built in."""
