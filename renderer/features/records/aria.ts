/**
 * Roles of a table of which only the rows in sight exist, at heights that a layout of table
 * elements can't have: WAI-ARIA's grid, told by attributes.
 */
export const role = { group: 'rowgroup', row: 'row', header: 'columnheader', cell: 'gridcell' } as const
export const gridRole = 'grid'
/** Lines to walk through with the keys; nothing of them is chosen. */
export const linesRole = 'listbox'
/** A drawing that is also a place on a scale: arrows move along it. */
export const scaleRole = 'slider'

/** A place that scrolls and holds nothing to focus must take the focus itself, or keys can't scroll it. */
export const scrollable = { tabIndex: 0 } as const
