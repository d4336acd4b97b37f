import { ExportTable } from "./export-table";

/** All files that were made of segments. */
export function SegmentFiles() {
  return <ExportTable segmentId={null} />;
}
