# The library's sources by layer: one list for a host, bare metal and ESP-IDF. The core's layers depend on nothing
# but the C++ library's headers and are all that a bare-metal target gets.
set(LINNET_CORE_LAYERS base codec ws sio modem agent)

# VARIABLE: the sources of the layers that follow ("*": of all), below ROOT.
function(linnet_sources variable root)
  list(TRANSFORM ARGN REPLACE "(.+)" "${root}/src/\\1/*.cpp" OUTPUT_VARIABLE patterns)
  if(CMAKE_SCRIPT_MODE_FILE)
    file(GLOB found ${patterns})
  else()
    file(GLOB found CONFIGURE_DEPENDS ${patterns})
  endif()
  set(${variable} "${found}" PARENT_SCOPE)
endfunction()
