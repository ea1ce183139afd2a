"""What is known of Astro Runtime: tags, catalog, Airflow's options, providers."""
