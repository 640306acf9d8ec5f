/** The views for analysis, in SQL that both databases understand. @module */

/**
 * The statements that make the views over `exposures` and `events`. Part of released migrations: a change is a step of its own.
 *
 * @param schema - Empty, or the schema's name with a dot.
 */
export function analysisViews(schema: "" | "aplomb."): string {
  return `
  create view ${schema}first_exposures as
    select
      audience, flag, rule, variant, assignment_id, unit_selector, unit, bundle_version, first_exposed_at_ms,
      all_times_reported as times_reported, variant_changed
    from (
      select
        e.*,
        row_number() over (partition by audience, flag, rule, unit_selector, unit order by first_exposed_at_ms, exposure_id) as place,
        sum(times_reported) over (partition by audience, flag, rule, unit_selector, unit) as all_times_reported,
        min(variant) over (partition by audience, flag, rule, unit_selector, unit)
          <> max(variant) over (partition by audience, flag, rule, unit_selector, unit) as variant_changed
      from ${schema}exposures e
      where rule <> ''
    ) as numbered
    where place = 1;

  create view ${schema}unit_metrics as
    select
      f.audience, f.flag, f.rule, f.variant, f.unit_selector, f.unit, f.first_exposed_at_ms, f.times_reported, f.variant_changed,
      e.name, count(*) as events, sum(e.value) as value, min(e.tracked_at_ms) as first_tracked_at_ms
    from ${schema}first_exposures f
      join ${schema}events e on e.audience = f.audience and e.unit = f.unit and e.tracked_at_ms >= f.first_exposed_at_ms
    group by
      f.audience, f.flag, f.rule, f.variant, f.unit_selector, f.unit, f.first_exposed_at_ms, f.times_reported, f.variant_changed,
      e.name;
  `;
}
