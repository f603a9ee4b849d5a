"""The jobs as AWX has them: templates, surveys, schedules and workflows, as tasks of the collection awx.awx."""
