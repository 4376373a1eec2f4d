-- What people did to a station, few lines among millions: asked before a journal is adopted.
create index events_staff on events (station, type) where source = 'staff';
