import { SopView } from "../sop/sop-view";
import { useJourney } from "./journey-context";

/** What is in force, as days and times. */
export function JourneySop() {
  return <SopView document={useJourney().definition} />;
}
