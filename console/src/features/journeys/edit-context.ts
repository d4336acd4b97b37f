import { createContext, useContext } from "react";
import type { Experiment } from "@/api/types";
import type { Faults } from "./journey-draft";

/** What the fields of steps need, however deep they stand. */
export interface JourneyEditing {
  attributes: readonly string[];
  experiments: readonly Experiment[];
  faults: Faults;
}

export const EditContext = createContext<JourneyEditing>({ attributes: [], experiments: [], faults: {} });

export const useEditing = () => useContext(EditContext);
