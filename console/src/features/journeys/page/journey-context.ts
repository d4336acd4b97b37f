import { useOutletContext } from "react-router";
import type { Journey } from "@/api/journeys";

/** The journey that the page is about, for what stands below its tabs. */
export const useJourney = () => useOutletContext<{ journey: Journey }>().journey;
