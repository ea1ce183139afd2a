"""What goes into one image from the folder around its Dockerfile."""
