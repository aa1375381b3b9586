"""By what messages reach people: what each way needs of them, costs, and makes of a template."""
