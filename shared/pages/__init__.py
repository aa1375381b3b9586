"""What all pages rendered by functions have in common, whoever looks at them: requests, sessions,
forms, templates and components. The staff's frame is `shared/console`, the customers' is
`shared/portal`."""
