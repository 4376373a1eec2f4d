/** No alarm of a station has a colon in its key. */
const prefix = 'unread:';

/** Key of the alarm for a pack that stands there and cannot be read. */
export const unreadKey = (place: string): string => prefix + place;

export const isUnreadKey = (key: string): boolean => key.startsWith(prefix);

export const placeOfUnreadKey = (key: string): string => key.slice(prefix.length);
