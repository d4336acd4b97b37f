/** What a piece out of the palette carries while it is dragged. */
export const DRAGGED_KIND = "application/x-journey-node";
