"""Where the product meets AWS: the only home of boto3 and Powertools."""
