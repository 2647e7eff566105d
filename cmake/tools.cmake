# The program `linnet`: target linnet_tool, file linnet (the library has the target's plain name). All but main.cpp is a
# library, so that the unit tests reach the parts of it that are pure.
find_package(CLI11 REQUIRED)
list(REMOVE_ITEM TOOL_SOURCES "${PROJECT_SOURCE_DIR}/tools/main.cpp")
add_library(linnet_tools STATIC ${TOOL_SOURCES})
# libslirp: what is behind a PPP call of `linnet modem`. Debian's package has no file for CMake.
target_link_libraries(linnet_tools PUBLIC linnet linnet_tls linnet_linux linnet_emulator slirp PRIVATE linnet_flags CLI11::CLI11)
# CLI11 throws and asks for types at run time; options.cpp is all that knows of it, and lets nothing out.
set_source_files_properties("${PROJECT_SOURCE_DIR}/tools/cli/options.cpp" PROPERTIES COMPILE_OPTIONS "-fexceptions;-frtti")

add_executable(linnet_tool "${PROJECT_SOURCE_DIR}/tools/main.cpp")
set_target_properties(linnet_tool PROPERTIES OUTPUT_NAME linnet)
target_compile_definitions(linnet_tool PRIVATE LINNET_VERSION="${PROJECT_VERSION}")
target_link_libraries(linnet_tool PRIVATE linnet_tools linnet_flags)

# The web console, as part of the program.
file(GLOB CONSOLE_FILES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tools/console/*")
set(CONSOLE_SOURCE "${PROJECT_BINARY_DIR}/console_assets.cpp")
add_custom_command(OUTPUT "${CONSOLE_SOURCE}"
  COMMAND "${CMAKE_COMMAND}" -D "FOLDER=${PROJECT_SOURCE_DIR}/tools/console" -D "OUTPUT=${CONSOLE_SOURCE}"
          -P "${PROJECT_SOURCE_DIR}/cmake/embed.cmake"
  DEPENDS ${CONSOLE_FILES} "${PROJECT_SOURCE_DIR}/cmake/embed.cmake" VERBATIM)
target_sources(linnet_tools PRIVATE "${CONSOLE_SOURCE}")
