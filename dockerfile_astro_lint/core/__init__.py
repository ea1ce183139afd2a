"""Text with positions, files and processes: nothing about Dockerfiles or Astro."""
