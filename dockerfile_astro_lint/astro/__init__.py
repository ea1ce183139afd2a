"""Facts about Astro Runtime: tags, the catalog, Airflow's options, providers."""
