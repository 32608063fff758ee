/** Numbers and grammar of the Responses WebSocket protocol, as its guide and reference clients give them. */

/** Largest message either way; undocumented upstream, other servers bound it at 16 to 64 MiB. */
export const maxMessageBytes = 16 * 1024 * 1024;

/** Responses running at once on a connection, over all lanes; more are queued by the server. */
export const maxInFlight = 16;

/** Different `stream_id`s over the whole life of a connection; the unnamed lane is not counted. */
export const maxLaneNames = 32;

export const laneNamePattern = /^[A-Za-z0-9_.-]{1,256}$/;

/** A connection older than this is ended with `websocket_connection_limit_reached`. */
export const maxConnectionAgeMs = 60 * 60_000;
