# The modem that is a program, as a library: bytes in, bytes out, no platform. `linnet modem` and the tests stand on it.
file(GLOB EMULATOR_SOURCES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tools/modem/*.cpp"
     "${PROJECT_SOURCE_DIR}/tools/modem/ppp/*.cpp")
add_library(linnet_emulator STATIC ${EMULATOR_SOURCES})
target_include_directories(linnet_emulator PUBLIC "${PROJECT_SOURCE_DIR}")
target_link_libraries(linnet_emulator PUBLIC linnet linnet_tls PRIVATE linnet_flags)
