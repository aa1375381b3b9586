"""The product on one machine, from the same template as in AWS; and the `crm` command."""
