/** What is dragged over the page. */

/** Whether it is files. @param {DragEvent} event */
export const carriesFiles = (event) => event.dataTransfer?.types.includes("Files") ?? false;
