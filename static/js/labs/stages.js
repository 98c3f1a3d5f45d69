/** The right side of a lab by its name. A lab that only shows views of its probes needs none of its own. */

import { resumeComparing } from "./digits/comparerival.js";
import { panel } from "./digits/current.js";
import { luggage } from "./digits/drawkept.js";
import { DigitsStage } from "./digits/stage.js";
import { tellFacts } from "./digits/told.js";
import { ViewsStage } from "./views.js";

/** @type {{ [name: string]: import("./types.js").StageEntry }} */
export const STAGES = {
  views: { Stage: ViewsStage },
  digits: {
    Stage: DigitsStage,
    begin: () => {
      tellFacts();
      resumeComparing();
    },
    luggage,
    open: (name) => {
      panel.value = name;
    },
  },
};
