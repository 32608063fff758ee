/** Codes of close frames (RFC 6455, section 7.4.1). The last two stand in no frame. */

export const normalClosure = 1000;
export const goingAway = 1001;
/** The frame gave none. */
export const noCode = 1005;
/** There was no frame. */
export const cutOff = 1006;
