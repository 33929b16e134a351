"""Storage of public files: in a directory, or in a bucket with an S3 API."""
