"""Where files that anybody may see are kept: in a directory, or in a store that speaks S3."""
